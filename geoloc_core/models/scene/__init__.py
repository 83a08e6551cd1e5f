"""The model for real photographs: what ImageNet's classes mean in India, and rendered scenes."""
