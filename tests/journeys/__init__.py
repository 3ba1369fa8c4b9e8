"""Stories that go through all four services, over HTTP, as their users live them."""
