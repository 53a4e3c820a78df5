"""Models as files on this computer: their headers, where they lie, which there are. Loads none of them."""
