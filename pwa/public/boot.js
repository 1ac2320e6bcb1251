/* Runs before the app, in plain ES5 so that the oldest browser can read it: says what this browser cannot do, and shows the stored text size. */
(function () {
  var root = document.documentElement
  var agent = navigator.userAgent || ''

  var words = {
    unsupported: {
      zh: ['这个浏览器太旧，打不开巡格', '请用下面任一种打开同一个网址：', ['安卓手机：Chrome 93 或更新版本、华为浏览器 13 或更新版本、Edge', '苹果手机：系统升级到 15.4 或更新版本，用 Safari 打开', '电脑：Edge 或 Chrome 的新版本'], '已经存在这个浏览器里的内容不会被删除。'],
      en: ['This browser is too old for Gridwalk', 'Open the same address in one of these:', ['Android: Chrome 93 or newer, Huawei Browser 13 or newer, Edge', 'iPhone: iOS 15.4 or newer, in Safari', 'Computer: a current Edge or Chrome'], 'Nothing stored in this browser is deleted.']
    },
    insecure: {
      zh: ['这个网址不是 https，手机上不能离线用', '浏览器只在 https 下开放下面这些，所以现在：', ['没有网络时打不开，记录也不能安全存在手机上', '取不到位置', '内置相机打不开，照片不能核对', '不能安装到桌面'], '怎么办：请管理员用 GRIDWALK_TLS=local 启动，再用手机扫屏幕上的码；或者装上单位的证书，改用 https:// 开头的网址。'],
      en: ['This address is not https: the phone cannot work offline', 'Browsers allow these only over https, so for now:', ['no opening without a network, no safe keeping of records on the phone', 'no position', 'no built-in camera, and photos cannot be verified', 'no installing on the home screen'], 'What to do: ask the administrator to start the server with GRIDWALK_TLS=local and scan the code it shows; or install your office\u2019s certificate and use the address that begins with https://.']
    },
    wechat: {
      zh: ['微信里不能保证离线保存', '在微信里打开时：', ['清理微信缓存会把没上传的记录和照片一起清掉', '拍照时微信可能被系统关掉', '没有网络时可能打不开，也不会在后台上传'], '请点右上角 ··· ，选“在浏览器打开”，再添加到桌面。在微信里只适合登录和看，不适合入户检查。'],
      en: ['Offline saving is not safe inside WeChat', 'Inside WeChat:', ['clearing WeChat\u2019s cache also deletes records and photos not yet uploaded', 'the system may close WeChat while you take a photo', 'it may not open without a network, and never uploads in the background'], 'Tap \u00b7\u00b7\u00b7 at the top right, choose \u201cOpen in browser\u201d, then add it to the home screen. Use WeChat only to sign in and look, not for visits.']
    },
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

  /* Styles are set one by one through the DOM, because the page's policy allows no inline style sheet. */
  function say(name) {
    var place = document.getElementById('boot')
    if (!place || place.firstChild) return
    var text = words[name][language]
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
  if (found === 'unsupported') document.title = words.unsupported[language][0]

  function start() {
    if (found && !(found !== 'unsupported' && dismissed(found))) say(found)
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
