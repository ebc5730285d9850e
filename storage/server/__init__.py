"""Work on the whole database where a server keeps it: check, backup, restore, key rotation, and how the server is."""
