"""Who may do what: users, role grants, invitations, and the two gates in access.py."""
