"""Who works here, on which device, and what each role may do and where."""
