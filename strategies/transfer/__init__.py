"""Transfer: learn features on one draw or set of classes, fine-tune on another."""
