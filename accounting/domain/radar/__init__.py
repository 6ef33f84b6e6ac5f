"""What gives a forged document away: pure rules over what was read from files. Reading files is
`accounting.extraction`."""
