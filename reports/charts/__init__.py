"""The kinds of charts, one file each: what a panel holds, how it is drawn, what its marks stand for."""
