"""Says from outside why Alexa cannot reach an endpoint (`soft-landing doctor`). Used by the command line only;
nothing secret and nobody's words may be sent from here."""
