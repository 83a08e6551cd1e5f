"""Work shared out to many processes and machines."""
