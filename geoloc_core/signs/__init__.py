"""Signs: what is written in the street, and what that says of the place."""
