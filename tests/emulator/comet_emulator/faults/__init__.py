"""What tests do to calls and documents: faults, and others who change things meanwhile."""
