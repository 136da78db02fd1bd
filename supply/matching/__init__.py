"""Which resource and which project answer a need, and who is offered what first. Pure."""
