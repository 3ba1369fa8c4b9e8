"""Who suits which position: hard rules that exclude, a score that orders, and the reasons for both."""
