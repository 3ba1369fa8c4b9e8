"""The four services of the HuStar Tracker and the program that runs them."""
