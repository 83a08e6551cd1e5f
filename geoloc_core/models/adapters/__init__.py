"""Anybody's model behind one interface: a module for each kind of file, all give a `Network`."""
