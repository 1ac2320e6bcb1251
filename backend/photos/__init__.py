"""Pictures, named by the SHA-256 of their bytes: received in resumable pieces, kept unchanged, shown as copies.

A photo has arrived when its bytes are on the disk, hash to its name, and a row says so; only then does anybody get a
receipt. Records name photos before they arrive ("mentions"), because a gas leak must not wait for its picture.
"""
