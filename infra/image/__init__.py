"""How the one image of the product is made: what goes into it, what is taken out again, and what must then still work."""
