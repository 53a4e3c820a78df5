"""Lists as Qt item models. No widgets."""
