"""The rules by which branches work: what each is, where it comes from, and its value on a day. Pure."""
