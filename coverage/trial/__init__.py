"""The trial street: a made-up sub-district, generated from a fixed seed, for `make run`, the tests and the benches."""
