"""Says from outside why Alexa cannot reach an endpoint, for the command line only; nobody's words may be sent from
here."""
