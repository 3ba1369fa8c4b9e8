"""How the product can be watched from outside: logs, traces, metrics."""
