"""The kinds of charts, one file per kind: the data of a panel, its drawing and its legend."""
