"""Learning from few photographs: the network stays as it ships, a head is learned above it."""
