"""A market of trainees and positions as columns of whole numbers: rules, scores and best lists, plain and compiled alike."""
