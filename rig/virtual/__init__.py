"""The virtual pad: hands, foam, sensors and a board that behaves like the real one."""
