"""What leaves for the outside: webhooks and mail. Only here does a service call somebody."""
