"""The Qt application and the `preceptor` command; joins local_models and feedback_store, which never meet."""

VERSION = "0.1.0"  # pyproject.toml says the same, and a test holds the two together
