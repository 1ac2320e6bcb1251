"""What records tell of the devices that made them: whether their positions are shifted as a whole; it only reads."""
