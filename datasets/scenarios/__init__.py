"""Generated data of familiar cases: classes with realistic names and proportions."""
