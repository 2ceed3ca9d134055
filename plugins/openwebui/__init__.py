"""The plug-in for Open WebUI: modules in `src/`, one file for administrators."""
