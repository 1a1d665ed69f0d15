"""Who speaks: labels become people, with a side each and the reason for it."""
