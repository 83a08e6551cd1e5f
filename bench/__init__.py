"""Where the README's speed figures come from: `python -m bench predict`."""
