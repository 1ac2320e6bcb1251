/* Runs before the app, in plain ES5 so that the oldest browser can read it: says what this browser cannot do, and shows the stored text size. */
(function () {
  var root = document.documentElement
  var agent = navigator.userAgent || ''

  /* What hardly any browser has to be told comes in a file of its own: boot-words.js adds to these. */
  var words = {
    stuck: {
      zh: ['没有打开', '应用的文件没有取到，可能是网络断了一下。', ['已存在这部手机上的记录和照片都在'], '请检查网络，再刷新一次。'],
      en: ['It did not open', 'The app\u2019s files did not arrive; the network may have dropped.', ['Records and photos on this phone are all still here'], 'Check the network and reload.']
    }
  }
  var buttons = { zh: { on: '知道了，先看看', again: '刷新' }, en: { on: 'Understood, go on', again: 'Reload' } }

  function stored() {
    try { return JSON.parse(localStorage.getItem('gridwalk.preferences') || '{}') || {} } catch (error) { return {} }
  }

  var preferences = stored()
  var language = preferences.language === 'en' || (!preferences.language && /^en/.test(navigator.language || '')) ? 'en' : 'zh'
  var dark = preferences.theme === 'night' || ((preferences.theme || 'auto') === 'auto' && window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches)
  root.lang = language === 'zh' ? 'zh-CN' : 'en'
  root.setAttribute('data-text', preferences.text || 'standard')
  root.setAttribute('data-theme', dark ? 'night' : 'day')

  /* The app will want its databases (device/open-ahead.ts): they open while its files are still being read. What is not there is not made. */
  function openAhead(name) {
    var request = indexedDB.open(name)
    request.onupgradeneeded = function () { request.transaction.abort() }
    request.onerror = function (event) { event.preventDefault() }
    request.onsuccess = function () {
      var database = request.result
      database.onversionchange = function () { database.close() }
      setTimeout(function () { database.close() }, 10000)
    }
  }
  try {
    var names = JSON.parse(localStorage.getItem('gridwalk.databases') || '[]')
    for (var n = 0; n < names.length; n++) openAhead(names[n])
  } catch (error) { /* The app opens them itself, and says so when it cannot. */ }

  function supported() {
    return 'noModule' in document.createElement('script') && typeof Object.hasOwn === 'function' && typeof Array.prototype.at === 'function' &&
      'indexedDB' in window && 'ResizeObserver' in window && window.CSS && CSS.supports('color', 'var(--a)') && 'TextDecoder' in window && 'Worker' in window
  }

  function onThisDevice() {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/.test(location.hostname)
  }

  function concern() {
    if (!supported()) return 'unsupported'
    if (location.protocol === 'http:' && !onThisDevice()) return 'insecure'
    if (/MicroMessenger/i.test(agent)) return 'wechat'
    return ''
  }

  function dismissed(name) {
    try { return sessionStorage.getItem('gridwalk.told.' + name) === 'yes' } catch (error) { return false }
  }

  function element(tag, text, style) {
    var made = document.createElement(tag)
    if (text) made.appendChild(document.createTextNode(text))
    for (var name in style) made.style[name] = style[name]
    return made
  }

  function button(text, act) {
    var made = element('button', text, { display: 'block', width: '100%', minHeight: '56px', marginTop: '20px', border: '0', borderRadius: '10px', background: '#1A3C8C', color: '#FFFFFF', font: 'inherit', fontWeight: '700', textAlign: 'center', cursor: 'pointer' })
    made.type = 'button'
    made.onclick = act
    return made
  }

  function sayOf(name) {
    if (words[name]) { say(name); return }
    var file = document.createElement('script')
    file.src = '/boot-words.js'
    file.onload = function () {
      var more = window.gridwalkBootWords || {}
      for (var key in more) words[key] = more[key]
      if (words[name]) say(name)
    }
    document.head.appendChild(file)
  }

  /* Styles are set one by one through the DOM, because the page's policy allows no inline style sheet. */
  function say(name) {
    var place = document.getElementById('boot')
    if (!place || place.firstChild) return
    var text = words[name][language]
    if (name === 'unsupported') document.title = text[0]
    var panel = element('div', '', { position: 'fixed', left: '0', right: '0', top: '0', bottom: '0', zIndex: '100', overflow: 'auto', padding: '32px 20px', background: '#F4F2EC', color: '#14202B', fontSize: '1rem', lineHeight: '1.6' })
    var inner = element('div', '', { maxWidth: '560px', margin: '0 auto' })
    inner.appendChild(element('h1', text[0], { fontSize: '1.4em', lineHeight: '1.4', margin: '0 0 16px' }))
    inner.appendChild(element('p', text[1], { margin: '0 0 8px' }))
    var list = element('ul', '', { margin: '0 0 16px', paddingLeft: '1.2em', listStyle: 'disc' })
    for (var i = 0; i < text[2].length; i++) list.appendChild(element('li', text[2][i], { margin: '0 0 8px' }))
    inner.appendChild(list)
    inner.appendChild(element('p', text[3], { margin: '0', fontWeight: '700' }))
    if (name === 'stuck') inner.appendChild(button(buttons[language].again, function () { location.reload() }))
    if (name === 'insecure' || name === 'wechat') inner.appendChild(button(buttons[language].on, function () {
      try { sessionStorage.setItem('gridwalk.told.' + name, 'yes') } catch (error) { /* told again next time */ }
      place.removeChild(panel)
    }))
    panel.appendChild(inner)
    place.appendChild(panel)
  }

  var found = concern()
  if (found) root.setAttribute('data-boot', found)

  function start() {
    if (found && !(found !== 'unsupported' && dismissed(found))) sayOf(found)
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
  else start()

  /* A file of the app that did not arrive leaves an empty page: say so instead. */
  function unlessOpen() {
    var app = document.getElementById('app')
    if (found !== 'unsupported' && app && !app.firstChild) say('stuck')
  }
  window.addEventListener('error', function (event) {
    var source = event.target
    if (source && source.tagName === 'SCRIPT') setTimeout(unlessOpen, 500)
  }, true)
  setTimeout(unlessOpen, 20000)
})()
