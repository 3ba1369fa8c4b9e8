"""The interfaces as documents: what the code offers callers and listeners, and which changes of it would break them."""
