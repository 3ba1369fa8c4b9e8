"""Every promise of the product, tried on the real engines."""
