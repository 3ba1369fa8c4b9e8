"""What the product runs on and what describes it: local engines, deployment files, generated documentation."""
