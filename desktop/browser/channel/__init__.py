"""`chan/1`: how the extension and the window prove who they are and speak unread; docs/bridge-protocol.md.

Plain Python without sockets and without Qt: frames in, frames out. This is the window's end; the extension's is in
desktop/browser/extension.
"""
