"""Real datasets: public sets, sets that come with scikit-learn, and the user's own file."""
