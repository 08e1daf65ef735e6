"""What telemetry costs: nothing while it is off."""
