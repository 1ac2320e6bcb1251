// Send one photo with tus-js-client as its manual says, and tell on the standard output, as JSON, what was asked and answered.
import { createReadStream, statSync } from 'node:fs'
import { createRequire } from 'node:module'

const asked = JSON.parse(process.argv[2])
const tus = createRequire(asked.modules)('tus-js-client')
const exchanges = []
const told = { exchanges, url: null, error: null }

const options = {
  endpoint: `${asked.address}/api/photos`,
  headers: { Authorization: `Bearer ${asked.token}` },
  metadata: { sha256: asked.sha256, filename: '厨房.jpg', filetype: 'image/jpeg' },
  uploadSize: statSync(asked.file).size,
  retryDelays: asked.retry_ms ?? [],
  urlStorage: new tus.FileUrlStorage(asked.urls),
  fingerprint: () => Promise.resolve(asked.sha256),
  ...asked.options,
  onAfterResponse(request, response) {
    exchanges.push({
      method: request.getHeader('X-HTTP-Method-Override') ?? request.getMethod(),
      sent_as: request.getMethod(),
      offset: request.getHeader('Upload-Offset') ?? null,
      status: response.getStatus(),
      stands_at: response.getHeader('Upload-Offset') ?? null,
      expires: response.getHeader('Upload-Expires') ?? null,
      receipt: response.getHeader('Photo-Receipt') ?? null,
    })
  },
  onError: (error) => finish(String(error)),
  onSuccess: () => finish(null),
  onChunkComplete(_, accepted) {
    if (asked.stop_after !== undefined && accepted >= asked.stop_after)
      upload.abort(asked.terminate ?? false).then(() => finish('stopped'), (error) => finish(String(error)))
  },
}

function finish(error) {
  Object.assign(told, { error, url: upload.url })
  console.log(JSON.stringify(told))
  process.exit(0)
}

const upload = new tus.Upload(createReadStream(asked.file), options)
const [former] = await upload.findPreviousUploads()
if (former) upload.resumeFromPreviousUpload(former)
upload.start()
