"""The promises that every strategy keeps, as checks that anybody can run."""
