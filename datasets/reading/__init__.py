"""Reading, fetching and keeping real data: files of users, pinned wheels, collections."""
