"""What is judged of a step, rule by rule."""
