"""The Qt application and the `preceptor` command; joins local_models and feedback_store, which never meet."""
