"""What is kept of video and sound: scenes, transcripts, contact sheets, copies for browsers."""
