"""AWS as the life cycle asks for it: the one place that knows the SDK."""
