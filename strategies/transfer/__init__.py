"""Transfer: features are learnt on one set of rows or classes and fine-tuned on another."""
