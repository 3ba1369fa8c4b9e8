"""Which of the product's lines and branches a run of the tests takes."""
