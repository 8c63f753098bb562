"""The commands, one file each; `register` adds them to longtail's."""
